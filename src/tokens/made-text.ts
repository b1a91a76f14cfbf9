import { Prng } from "./prng.ts";

/**
 * Words that are one token of o200k_base, at the start of a text as well as after a space, so that a text of n of them
 * is n tokens without counting. They are one token in most other English vocabularies too.
 */
export const ENGLISH_WORDS: readonly string[] = `
able about accept account active actual address again agent ahead air allow alone also always and animal answer
apple apply arm art ask atom author avoid baby bag balance band bar basic battle beat bed begin below belt best
between bill bird bit block blue boat body book born bottom box bread bridge bring build burn business button cake
call camp cap car card care case catch cell center chain change chapter chart check chief choice circle claim class
clear close cloud club coat coin collect column come complete connect continue control cool corn cost count country
court cow create crew cross culture current cut cycle damage dark date daughter deal degree depend design detail
device distance document dog double draft dream drive drop due each early earth easy edge effect eight either
element empty energy engine equal escape event every example exist eye fact factor fall family farm father feature
feel field figure fill film find finger first fish five flag flight flow flower focus follow foot force forest
forward four free fresh from fruit full fun future game gate girl give goal good grass gray green group growth
guide hair hall handle hard hat head heart heavy help here hide hill hold hole home hospital hour how human ice
impact include income inside item join just keep kind knife lake language large late layer leaf learn left legal
letter library life light limit link list live local long lot love lower machine main major male map market match
material may meal media medical member mental message method middle mile mind minute miss model money moon most
mother mount mouth much music name native near need network new next night nine north nothing number offer office
oil once only open orange other out oven over owner page panel parent park party past patient pattern pay pen
percent perhaps period phase photo pick picture pipe plain plane plate play plus pole popular port post practice
press price print problem profit project proof public pure push quality quarter quick quite radio rail raise rate
raw read ready reason record region regular remove repair replace report request rest return rice rich right rise
river rock role room rose round row rule safe sample save scale school screen search seat second section see seek
select send series set shadow shake shape sharp shell shift ship shop short show side silver since single sit size
skin sleep slow small social solid son song sort source space speech speed spread square stage stand star state
stay steel step still stone store storm straight street strike strong student style success suggest sun sure sweet
system tail take tank task team ten term text thank the there thing third thread through ticket time tip today ton
tool topic touch town track train travel trial trip trust try turn type under unique until urban use value very
voice vote wagon walk want wash watch wave wealth weather weight well what when which while who wide wild win wind
wine winter wise with word world write yard year yes you zero
`
  .trim()
  .split(/\s+/);

/**
 * Text of exactly `count` tokens of o200k_base. Takes about 30 ns a token and needs no vocabulary in memory.
 * @param seed picks the words: the same seed makes the same text
 * @param vocabulary words that are one token each of another tokenizer, for text of `count` tokens of that
 * @param salt another one makes other text of the same seed; a whole number from 0 to 2^32 - 1
 * @throws RangeError where `count` is not a whole number from 0
 */
export function makeText(count: number, seed: number, vocabulary = ENGLISH_WORDS, salt = 0): string {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new RangeError(`cannot make a text of ${count} tokens: the count must be a whole number from 0`);
  }
  const random = new Prng(seed, salt);
  const words = new Array<string>(count);
  for (let index = 0; index < count; index++) words[index] = vocabulary[random.integer(0, vocabulary.length - 1)]!;
  return words.join(" ");
}
