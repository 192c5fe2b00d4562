/** One container attempt's log, as a kubelet would give it; and which attempt is meant. */
export { chooseAttempt, hasBegun } from './choose-attempt.js';
export { type Attempts, followAttempts } from './follow-attempts.js';
export { LogFollowers } from './log-followers.js';
export { openLog } from './open-log.js';
