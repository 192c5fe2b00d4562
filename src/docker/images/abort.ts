/** Rejects with the signal's reason once it is aborted; called off, it never does. */
export function rejectOnAbort(signal: AbortSignal): { readonly aborted: Promise<never>; readonly callOff: () => void } {
  let leave: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    signal.addEventListener('abort', leave, { once: true });
  });
  return { aborted, callOff: () => signal.removeEventListener('abort', leave) };
}
