export { named as labelOf } from '../words/word.ts';
