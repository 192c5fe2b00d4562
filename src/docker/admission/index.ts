/** Which pods can run here: the table of every field, and the rules between values. Pure. */
export { requireAbilities } from './abilities.js';
export { admit } from './admit.js';
export type { FieldRule, FieldTable, Verdict } from './field-rules.js';
export { FIELDS } from './fields.js';
export type { Finding } from './findings.js';
export { type AdmissionReport, reportOn } from './report.js';
