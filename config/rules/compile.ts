import { compileRules } from './cache.ts';
import { RULES_FOLDER, readRules } from './load.ts';

/** Run by the build: checks the shipped rules and leaves them beside their files as one document, so that no first run parses them. */
await compileRules(RULES_FOLDER, await readRules(RULES_FOLDER));
