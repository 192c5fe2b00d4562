import { conformanceCommand } from '../../../src/commands/conformance.js';

test.each(['3000000', '2147484', 'Infinity', '0', '-1', 'soon'])('--timeout %s is refused', async (seconds) => {
  const run = conformanceCommand().parseAsync(['--url', 'unix:///no/such.sock', '--json', '--only', 'ping-answer', '--timeout', seconds], { from: 'user' });
  await expect(run).rejects.toThrow(`--timeout ${seconds}: give a number of seconds, 2147483 at most`);
});
