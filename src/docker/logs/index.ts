/** One container attempt's log, as a kubelet would give it; and which attempt is meant. */
export { chooseAttempt } from './choose-attempt.js';
export { openLog } from './open-log.js';
