/** The wire's rules as a kit: drives any plugin as interLink and the virtual kubelet do, and says of each rule whether it holds. */
export { runConformance } from './run.js';
export type { ConformanceOptions } from './options.js';
export { RULES, type Rule } from './rules.js';
export type { ConformanceReport, RuleResult, Severity } from './report.js';
export { leftBehindText, passes, reportText, resultText, summaryText } from './report.js';
export { toShell, type Program, type Step } from './program.js';
