import { compileRules, rulesKey } from './cache.ts';
import { RULES_FOLDER, readRules } from './load.ts';

/** Run by the set-up and the build: checks the shipped rules and leaves them beside their files as one document, so that no command parses them. */
const key = await rulesKey(RULES_FOLDER);
await compileRules(RULES_FOLDER, key, await readRules(RULES_FOLDER));
