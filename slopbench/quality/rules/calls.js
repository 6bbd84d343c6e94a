// Runs JavaScript snippets and shows what calls do: jobs on stdin, answers on stdout.
"use strict";
const fs = require("fs");
const util = require("util");
const vm = require("vm");

const MILLISECONDS = 5000;
const MOST_ITEMS = 1000;
const OPTIONS = { depth: 10, sorted: false, maxArrayLength: null, maxStringLength: null, breakLength: Infinity };

class BrokenSnippet extends Error {}

const compiled = (code) => {
  try {
    return new vm.Script(code);
  } catch (error) {
    throw new BrokenSnippet(error.message);
  }
};

// A module is run as a strict script: what it exports is a global name.
const asScript = (code) =>
  /^export /m.test(code) ? `"use strict";\n${code.replace(/^export (default )?/gm, "")}` : code;

const show = (value) => util.inspect(value, OPTIONS);

const settled = async (value) => {
  const result = await value;
  if (result === null || typeof result !== "object" || typeof result.next !== "function") return result;
  const items = [];
  for (const item of result) {
    if (items.push(item) >= MOST_ITEMS) break;
  }
  return items;
};

const nameOf = (error) => (error && error.constructor && error.constructor.name) || typeof error;

const act = async (printed, failing, run) => {
  printed.length = 0;
  let said;
  try {
    said = await run();
  } catch (error) {
    const hopeless = error instanceof BrokenSnippet || (error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT");
    said = hopeless ? `broken: ${error.message}` : `${failing}raises ${nameOf(error)}`;
  }
  return printed.length ? `${said} and prints ${JSON.stringify(printed.join("\n"))}` : said;
};

const answersOf = async (job) => {
  const printed = [];
  const print = (...values) => void printed.push(util.format(...values));
  const consoles = { log: print, info: print, warn: print, error: print, debug: print };
  const context = vm.createContext({ console: consoles, setTimeout, clearTimeout, structuredClone, URL, Buffer });
  const evaluate = (code) => compiled(code).runInContext(context, { timeout: MILLISECONDS });
  const answers = [await act(printed, "broken: ", async () => show((evaluate(asScript(job.code)), undefined)))];
  for (const call of job.calls) {
    answers.push(await act(printed, "", async () => {
      if (call.name === undefined) return show(await settled(evaluate(`(${call.call})`)));
      context.__arguments = evaluate(`[${call.arguments}]`);
      const given = context.__arguments;
      const result = await settled(evaluate(`${call.name}(...__arguments)`));
      return `${show(result)} with arguments ${show(given)}`;
    }));
  }
  return answers;
};

const main = async () => {
  const jobs = JSON.parse(fs.readFileSync(0, "utf8"));
  const answers = [];
  for (const job of jobs) answers.push(await answersOf(job));
  process.stdout.write(JSON.stringify(answers));
};

main();
