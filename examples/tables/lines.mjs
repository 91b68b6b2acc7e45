// Lines of standard input, each of a length that can be borne.

/** Characters of a line; a longer one is passed over without being kept. */
export const LONGEST_LINE = 1 << 20;

/** The lines, one by one; null in the place of one that is too long. */
export async function* lines(input) {
  let parts = [];
  let length = 0;
  const whole = () => {
    const line = length > LONGEST_LINE ? null : parts.join("");
    [parts, length] = [[], 0];
    return line?.endsWith("\r") ? line.slice(0, -1) : line;
  };
  const keep = (text) => {
    length += text.length;
    if (length > LONGEST_LINE) parts = [];
    else parts.push(text);
  };
  input.setEncoding("utf8");
  for await (const chunk of input) {
    const [rest, ...more] = chunk.split("\n");
    keep(rest);
    for (const each of more) {
      yield whole();
      keep(each);
    }
  }
  if (length) yield whole();
}

/** What is answered to a line, as JSON: what `answer` makes of it, or why it makes nothing. */
export async function serve(answer) {
  for await (const line of lines(process.stdin)) {
    try {
      if (line === null) throw new Error(`the line: is longer than ${LONGEST_LINE} characters`);
      console.log(JSON.stringify(answer(JSON.parse(line))));
    } catch (error) {
      console.log(JSON.stringify({ error: error.message }));
    }
  }
}
