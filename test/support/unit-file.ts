import { readFileSync } from 'node:fs';

export const UNIT_DIR = 'examples/deploy/systemd';

/** A setting of a systemd unit, with the comment right above it. */
export interface UnitSetting {
  readonly section: string;
  readonly key: string;
  readonly value: string;
  readonly comment: string;
}

/** The settings of a unit file in their order; continued lines are joined. */
export function readUnit(name: string): readonly UnitSetting[] {
  const settings: UnitSetting[] = [];
  let [section, comment] = ['', ''];
  for (const line of readFileSync(`${UNIT_DIR}/${name}`, 'utf8').replaceAll(/\\\n\s*/g, '').split('\n')) {
    const setting = /^(\w+)=(.*)$/.exec(line);
    if (line.startsWith('[')) section = line.slice(1, -1);
    else if (line.startsWith('#')) comment += `${line.slice(1)}\n`;
    if (setting !== null) settings.push({ section, key: setting[1] ?? '', value: setting[2] ?? '', comment });
    if (!line.startsWith('#')) comment = '';
  }
  return settings;
}

/** All that is said of `key`, as words: systemd takes several lines of most keys as one. */
export function unitWords(unit: readonly UnitSetting[], key: string): readonly string[] {
  return unit.filter((setting) => setting.key === key).flatMap(({ value }) => value.split(/\s+/).filter((word) => word !== ''));
}

/** The words of ExecStart. None of ours has quotes. */
export function execStart(unit: readonly UnitSetting[], variables: Readonly<Record<string, string>> = {}): readonly string[] {
  return unitWords(unit, 'ExecStart').map((word) => word.replaceAll(/\$\{(\w+)\}/g, (_all, name: string) => variables[name] ?? ''));
}
