import { say } from './output.ts';

/** So many files, half a gigabyte of text, are checked before anyone asks how far it is. */
const FEW_FILES = 20;

/** Says at each tenth of a long journal how far it is. */
export function sayHowFar(): (done: number, of: number) => void {
  let said = 0;
  return (done, of) => {
    const tenths = Math.floor((10 * done) / of);
    if (of <= FEW_FILES || tenths === said) return;
    said = tenths;
    say(`已核对 ${10 * tenths}%：${of} 个文件中的 ${done} 个`, `${10 * tenths} % checked: ${done} of ${of} files`);
  };
}

/** Says at each tenth how much of what takes several pieces has been compared with a store; nothing of what takes one. */
export function sayCompared(engine: string): (done: number) => void {
  let said = 0;
  return (done) => {
    const tenths = Math.min(10, Math.floor(10 * done + 1e-9));
    if (tenths === said || (said === 0 && tenths === 10)) return;
    said = tenths;
    say(`${engine}：已核对 ${10 * tenths}%`, `${engine}: ${10 * tenths} % compared`);
  };
}
