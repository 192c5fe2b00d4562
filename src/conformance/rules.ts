import { BODY_RULES } from './rules-bodies.js';
import { CREATE_RULES } from './rules-create.js';
import { DELETE_RULES } from './rules-delete.js';
import { INIT_RULES } from './rules-init.js';
import { LIFE_RULES } from './rules-life.js';
import { LOG_RULES } from './rules-logs.js';
import { PING_RULES } from './rules-ping.js';
import { RESTART_RULES } from './rules-restart.js';
import type { Rule } from './rule.js';
import { UNKNOWN_RULES } from './rules-unknown.js';

export type { Rule } from './rule.js';

/** All rules, in the order in which they are tried. */
export const RULES: readonly Rule[] = [
  ...PING_RULES,
  ...CREATE_RULES,
  ...BODY_RULES,
  ...LIFE_RULES,
  ...INIT_RULES,
  ...RESTART_RULES,
  ...UNKNOWN_RULES,
  ...LOG_RULES,
  ...DELETE_RULES,
];
