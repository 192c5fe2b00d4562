const OF_IPC = new Set(['kernel.msgmax', 'kernel.msgmnb', 'kernel.msgmni', 'kernel.sem', 'kernel.shmall', 'kernel.shmmax', 'kernel.shmmni', 'kernel.shm_rmid_forced']);

/** Name of a kernel setting with dots between its parts, as pods mostly write it: `net/ipv4/conf/eth0.1` is `net.ipv4.conf.eth0/1`. */
export function toSysctlName(name: string): string {
  const separator = /[./]/.exec(name)?.[0];
  if (separator !== '/') return name;
  return name.replace(/[./]/g, (part) => (part === '/' ? '.' : '/'));
}

/** The namespace that holds a kernel setting; `undefined` for one of the whole host. @param name with dots */
export function namespaceOfSysctl(name: string): 'ipc' | 'network' | undefined {
  if (name.startsWith('net.')) return 'network';
  return OF_IPC.has(name) || name.startsWith('fs.mqueue.') ? 'ipc' : undefined;
}
