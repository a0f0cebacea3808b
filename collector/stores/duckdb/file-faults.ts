import { Fault } from '../../../config/words/fault.ts';

export const gone = (path: string): Fault =>
  new Fault({
    code: 'store.file-gone',
    place: path,
    zh: '数据库文件在使用中被删除；内容已由仍打开的文件在原处重新写出，读数没有丢失',
    en: 'the database file was deleted while in use; what it held has been written out to its place again from the open file, and no reading is lost',
  });

export const replaced = (path: string): Fault =>
  new Fault({
    code: 'store.file-replaced',
    place: path,
    zh: '数据库文件在使用中被换成另一个文件；现改用该文件，其中缺少的读数由日志补写',
    en: 'the database file was replaced by another while in use; that one is used from now on, and what it lacks is filled in from the journal',
  });

export const missing = (path: string): Fault =>
  new Fault({
    code: 'store.file-missing',
    place: path,
    zh: '数据库文件未能重新打开；读数保存在日志中，文件可用后自动补写',
    en: 'the database file could not be opened again; readings stay in the journal and are filled in once it can be',
  });
