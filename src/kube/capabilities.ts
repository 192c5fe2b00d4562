/** All capabilities at once, to add or to drop. */
export const ALL_CAPABILITIES = 'ALL';

/** What Linux knows. @see capabilities(7) */
const KNOWN = new Set(
  `AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID
  IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW
  PERFMON SETFCAP SETGID SETPCAP SETUID SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO
  SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG SYSLOG WAKE_ALARM`.split(/\s+/),
);

/** The one form that names are compared in: without `CAP_`, in capitals. */
export function toCapability(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, '');
}

/** Whether it is a capability, or all of them. */
export function isCapability(name: string): boolean {
  const capability = toCapability(name);
  return capability === ALL_CAPABILITIES || KNOWN.has(capability);
}
