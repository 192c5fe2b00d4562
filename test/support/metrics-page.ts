import { HttpMeter } from '../../src/api/http-meter.js';
import { DockerProvider } from '../../src/docker/index.js';
import { openJournal } from '../../src/docker/journal/index.js';
import { connectEngine } from '../../src/engine/index.js';
import { silentLogger } from '../../src/log.js';
import type { Metric } from '../../src/provider/index.js';

/** All figures of `interlink-docker serve` but those that Node and the system give of any process, as a Markdown table. */
export async function metricsTable(): Promise<string> {
  const metrics = [...new HttpMeter().metrics, ...(await providerMetrics())];
  const rows = metrics.map((metric) => toRow([`\`${metric.name}\``, metric.type, labelsOf(metric), metric.help]));
  return [toRow(['Metric', 'Type', 'Labels', 'Meaning']), toRow(['---', '---', '---', '---']), ...rows].join('\n');
}

/** Of one that has never reached an engine: every figure is there all the same. */
async function providerMetrics(): Promise<readonly Metric[]> {
  const provider = new DockerProvider({
    engine: connectEngine({ kind: 'socket', path: '/nowhere' }),
    node: 'node',
    network: { podCidr: '10.213.0.0/16', subnetBits: 22 },
    sandboxImage: 'sandbox:1',
    journal: await openJournal(undefined, silentLogger),
    logger: silentLogger,
  });
  return provider.metrics();
}

function labelsOf({ labels, samples }: Metric): string {
  const names = labels ?? Object.keys(samples[0]?.labels ?? {});
  return names.map((name) => `\`${name}\``).join(', ') || '–';
}

function toRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
