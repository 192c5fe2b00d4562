/** What containers leave as their last words: the files that they write them into, and the reading of them. */
export { ERROR_POLICY, EndMessages } from './end-messages.js';
export { batchPrefix } from './message-batch.js';
export { type MessageFile, MessageFiles } from './message-files.js';
export { readEndOf } from './read-end.js';
