import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { profileOf, profileSchema } from '../balance/audit/profile.ts';
import type { Plant } from '../config/plant/plant.ts';
import { Fault, Faults } from '../config/words/fault.ts';

/** What a plant is in the eyes of the rules, from a file or from `profile.yaml` beside the plant file. @throws Fault as `readProfile`. */
export async function profileBeside(plant: Plant, file?: string) {
  return profileOf(plant.file.plant.jurisdiction, await readProfile(plant, file));
}

/** The profile as it is written. @throws Fault `assess.no-profile` where there is none; Faults `assess.profile` with every mistake. */
export async function readProfile(plant: Plant, path?: string) {
  const file = path ?? join(dirname(plant.path), 'profile.yaml');
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Fault({ code: 'assess.no-profile', place: file, zh: '读不到企业概况文件', en: 'cannot read the profile', cause });
  });
  const result = profileSchema.safeParse(parse(text));
  if (result.success) return result.data;
  throw new Faults(
    result.error.issues.map(
      (issue) =>
        new Fault({
          code: 'assess.profile',
          place: file,
          zh: `${issue.path.join('.')}：${issue.message}`,
          en: `${issue.path.join('.')}: ${issue.message}`,
        }),
    ),
  );
}
