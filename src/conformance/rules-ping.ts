import type { Rule } from './rule.js';
import { parsed } from './staged-pod.js';
import { expectThat, RuleSkipped, shown } from './verdicts.js';

const QUANTITY = /^[0-9.]+([eE][-+]?[0-9]+|[numkMGTPE]|[KMGTPE]i)?$/;

export const PING_RULES: readonly Rule[] = [
  {
    id: 'ping-answer',
    sentence: 'GET /status with an empty list is answered with 200 and JSON',
    source: 'interLink pkg/interlink/api/ping.go asks so every 30 s; without an answer the virtual node is not ready',
    severity: 'must',
    async check(stage) {
      const { status, text } = await stage.send('GET', '/status', []);
      const answer = parsed(text);
      expectThat(status === 200 && typeof answer === 'object' && answer !== null, 'HTTP 200 and a JSON object or array', `HTTP ${status} ${shown(text)}`);
    },
  },
  {
    id: 'ping-resources',
    sentence: "the ping's answer tells cpu, memory and pods as quantities",
    source: "the virtual kubelet takes the node's capacity from `resources` of the ping",
    severity: 'should',
    async check(stage) {
      const answer = parsed((await stage.send('GET', '/status', [])).text) as { resources?: Record<string, unknown> } | undefined;
      const { cpu, memory, pods, accelerators = [] } = answer?.resources ?? {};
      if (answer?.resources === undefined) throw new RuleSkipped('the plugin tells no resources: the node keeps the capacity that is configured for it');
      expectThat([cpu, memory, pods].every((one) => typeof one === 'string' && QUANTITY.test(one)), 'cpu, memory and pods as strings such as "4", "16Gi", "110"', answer.resources);
      const list: readonly { resourceType?: unknown; available?: unknown }[] | undefined = Array.isArray(accelerators) ? accelerators : undefined;
      expectThat(list?.every((one) => typeof one.resourceType === 'string' && QUANTITY.test(String(one.available))) === true, 'accelerators as {resourceType, available}', accelerators);
    },
  },
];
