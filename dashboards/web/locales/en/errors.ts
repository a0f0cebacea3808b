import type { errors as zh } from '../zh/errors.ts';

/** What is said where the server refuses. */
export const errors: Readonly<Record<keyof typeof zh, string>> = {
  'error.store-away': 'The store of readings is away; it is tried again by itself.',
  'error.busy': 'Busy; try again later.',
  'error.unreachable': 'The server cannot be reached.',
  'error.refused': 'It cannot be done:',
  'error.not-found': 'Not found.',
  'error.bad-time': 'That is no stretch of time.',
  'error.file-changed': 'The file has been changed by someone else: read it anew.',
  'error.needs-a-name': 'Signing and saving need a name: sign in as yourself.',
  'error.too-large': 'The file is too large.',
  'error.internal': 'The server failed.',
  'error.no-diagram': 'This diagram cannot be drawn.',
  'error.csrf': 'The session has changed: reload the page.',
};
