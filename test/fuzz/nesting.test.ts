/** The depth of JSON, told from its bytes: as that of the value. */
import fc from 'fast-check';
import { isNestedDeeper } from '../../src/api/nesting.js';
import { catches, fuzz } from './fuzz.js';

function depthOf(value: unknown): number {
  return typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
}

interface Input {
  readonly value: unknown;
  readonly levels: number;
}

function agrees(isDeeper: typeof isNestedDeeper): (input: Input) => void {
  return ({ value, levels }) => {
    for (const text of [JSON.stringify(value), JSON.stringify(value, undefined, 2), JSON.stringify(JSON.stringify(value))]) {
      const expected = depthOf(JSON.parse(text)) > levels;
      if (isDeeper(Buffer.from(text), levels) !== expected) throw new Error(`${text}: deeper than ${levels}`);
    }
  };
}

const odd = fc.constantFrom('"', '\\', '\\"', '[[[[', '{"a":[', ']]]]', '\\\\"[', 'ü[', '\u2028{');
const target = {
  name: 'nesting',
  input: fc.record({ value: fc.oneof(fc.jsonValue({ maxDepth: 6 }), fc.array(odd), fc.dictionary(odd, fc.array(odd))), levels: fc.nat(6) }),
  runs: 1000,
  check: agrees(isNestedDeeper),
  outcome: 'as the value is nested',
};
fuzz<Input>(target);
catches<Input>(target, 'a count that takes texts for brackets', agrees((json, levels) => {
  let [depth, most] = [0, 0];
  for (const sign of Buffer.from(json).toString()) {
    if ('[{'.includes(sign)) most = Math.max(most, ++depth);
    if (']}'.includes(sign)) depth--;
  }
  return most > levels;
}));
