import { z } from 'zod';
import { RAW, type Raw, type Reader, type SettingTexts } from './setting.js';

/** A setting of several values, none by default: a list in the file, words with commas between them in the environment. */
export function listSetting<T>(readItem: Reader<T>, texts: SettingTexts) {
  return z
    .union([RAW, z.array(RAW)])
    .transform((written, context): readonly T[] => {
      const items = itemsOf(written);
      const values = items.flatMap((item) => readItem(item) ?? []);
      if (values.length === items.length) return values;
      context.addIssue({ code: 'custom', message: `give ${texts.allowed}` });
      return z.NEVER;
    })
    .prefault([])
    .meta({ ...texts });
}

/** A setting that says something of each of several names: a mapping in the file, `name=value` with commas between them in the environment. */
export function mapSetting<T>(readName: Reader<string>, readValue: Reader<T>, texts: SettingTexts) {
  return z
    .union([RAW, z.record(z.string(), RAW)])
    .transform((written, context): Readonly<Record<string, T>> => {
      const entries = entriesOf(written);
      const values = entries.flatMap(([name, value]) => {
        const read = readValue(value);
        return readName(name) === undefined || read === undefined ? [] : [[name, read] as const];
      });
      if (values.length === entries.length) return Object.fromEntries<T>(values);
      context.addIssue({ code: 'custom', message: `give ${texts.allowed}` });
      return z.NEVER;
    })
    .prefault({})
    .meta({ ...texts });
}

function itemsOf(written: Raw | readonly Raw[]): readonly Raw[] {
  if (typeof written === 'object') return written;
  return String(written).split(',').map((word) => word.trim()).filter((word) => word !== '');
}

function entriesOf(written: Raw | Readonly<Record<string, Raw>>): readonly (readonly [string, Raw])[] {
  if (typeof written === 'object') return Object.entries(written);
  return itemsOf(written).map((item) => {
    const [name = '', ...value] = String(item).split('=');
    return [name, value.join('=')];
  });
}
