import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { Fault, Faults } from '../words/fault.ts';
import { lintTemplate } from './lint.ts';
import { type Template, templateSchema } from './template.ts';

const FOLDER = join(import.meta.dirname, 'templates');

/**
 * The meter templates, by id.
 *
 * @throws Faults where one has not the shape of a template, or does not pass the lint.
 */
export async function loadTemplates(folder = FOLDER): Promise<Template[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  const faults: Fault[] = [];
  const templates: Template[] = [];
  for (const file of files) {
    const place = join(folder, file);
    const read = templateSchema.safeParse(parse(await readFile(place, 'utf8')));
    if (!read.success) {
      for (const { path, message } of read.error.issues) {
        faults.push(new Fault({ code: 'template.shape', place: `${place} ${path.join('.')}`, zh: `写法有误：${message}`, en: message }));
      }
      continue;
    }
    faults.push(...lintTemplate(read.data, place));
    if (`${read.data.id}.yaml` !== file) {
      faults.push(new Fault({ code: 'template.id', place, zh: '文件名与 id 不同', en: 'the file is not named after its id' }));
    }
    templates.push(read.data);
  }
  if (faults.length > 0) throw new Faults(faults);
  return templates;
}
