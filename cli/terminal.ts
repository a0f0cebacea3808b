/** Someone started this at a terminal: it is told by SIGHUP that the terminal is gone. */
export const hasTerminal = (): boolean => [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
