import { z } from 'zod';

/** What a configuration file or the environment can hold for one setting. */
export type Raw = string | number | boolean;

/** Turns what an operator wrote into a value; `undefined` when it is not allowed. */
export type Reader<T> = (raw: Raw) => T | undefined;

/** Texts of one setting: the errors and the settings table are made from them. */
export interface SettingTexts {
  /** Completes the sentence "give …". */
  readonly allowed: string;
  /** One sentence for the table. */
  readonly about: string;
  /** Its name in the environment, where that is not made of the key's. */
  readonly variable?: string;
}

/** A setting with a default, written as an operator would write it. */
export function setting<T>(read: Reader<T>, texts: SettingTexts & { readonly fallback: Raw }) {
  return toChecked(read, texts).prefault(texts.fallback).meta({ ...texts });
}

/** A setting that may be absent. */
export function optionalSetting<T>(read: Reader<T>, texts: SettingTexts) {
  return toChecked(read, texts).optional().meta({ ...texts });
}

/** A value as it is written. */
export const RAW = z.union([z.string(), z.number(), z.boolean()]);

function toChecked<T>(read: Reader<T>, texts: SettingTexts) {
  return RAW.transform((raw, context): T => {
    const value = read(raw);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `give ${texts.allowed}` });
    return z.NEVER;
  });
}
