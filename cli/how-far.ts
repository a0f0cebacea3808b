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
