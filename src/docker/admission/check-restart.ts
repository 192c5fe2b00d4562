import type { Container } from '../../kube/index.js';
import { type Finding, invalid, quoted } from './findings.js';

export const RESTART_POLICIES: readonly string[] = ['Always', 'OnFailure', 'Never'];
const ACTIONS = ['Restart', 'RestartAllContainers'];
const OPERATORS = ['In', 'NotIn'];
const MOST_RULES = 20;
const MOST_CODES = 255;

/** A container's own restart policy and rules. */
export function* checkRestart({ restartPolicy, restartPolicyRules: rules }: Container, path: string): Iterable<Finding> {
  if (restartPolicy && !RESTART_POLICIES.includes(restartPolicy)) yield notOneOf(`${path}.restartPolicy`, restartPolicy, RESTART_POLICIES);
  if (!rules?.length) return;
  if (!restartPolicy) yield invalid(`${path}.restartPolicy`, 'it is needed where there are restartPolicyRules');
  if (rules.length > MOST_RULES) yield invalid(`${path}.restartPolicyRules`, `there are more than ${MOST_RULES}`);
  for (const [index, { action, exitCodes }] of rules.entries()) {
    const field = `${path}.restartPolicyRules[${index}]`;
    if (!ACTIONS.includes(action)) yield notOneOf(`${field}.action`, action, ACTIONS);
    if (exitCodes === undefined) {
      yield invalid(`${field}.exitCodes`, 'a rule needs them');
      continue;
    }
    const { operator, values = [] } = exitCodes;
    if (!OPERATORS.includes(operator)) yield notOneOf(`${field}.exitCodes.operator`, operator, OPERATORS);
    if (values.length > MOST_CODES) yield invalid(`${field}.exitCodes.values`, `there are more than ${MOST_CODES}`);
    const strange = values.find((code) => !Number.isInteger(code));
    if (strange !== undefined) yield invalid(`${field}.exitCodes.values`, `${quoted(strange)} is not an exit code`);
  }
}

function notOneOf(path: string, value: unknown, allowed: readonly string[]): Finding {
  return invalid(path, `${quoted(value)} is not one of ${allowed.join(', ')}`);
}
