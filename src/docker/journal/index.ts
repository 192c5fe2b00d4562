/** The one exception to "no disk": facts that must outlive the process while the engine cannot hold them. */
export { openJournal, type Journal } from './journal.js';
export type { EndedFromOutside, Evicted, JournalEntry, PastDelete, PendingDelete } from './entries.js';
