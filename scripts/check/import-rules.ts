/** Who may import what. The sources' folders are rooms, and their doors are listed here. */
export interface ImportRule {
  /** Path prefixes of the files that it binds. */
  from: string[];
  /** Path prefixes of files in there that it does not bind. */
  except?: string[];
  /**
   * `only`: what is not listed is forbidden, packages and built-in modules too. `never`: what is listed is forbidden.
   * A file of ours is written as its path, the rest as it stands in the import ("node:fs", "plumb"); all are prefixes.
   */
  only?: string[];
  never?: string[];
  /** Allowed although `never` names its folder. */
  unless?: string[];
  /** Files whose types, but nothing else, may be imported although `never` names their folder. */
  types?: string[];
  because: string;
}

/** Plain shapes of data, without a line of code: their types may be imported wherever a `never` rules. */
export const SHARED_TYPES = ["src/record/outcome.ts", "src/record/rows.ts"];

export const RULES: ImportRule[] = [
  {
    from: ["src/contract/"],
    only: ["src/contract/"],
    because: "the contract is what a plugin sees: it imports nothing of ours",
  },
  {
    from: ["plugins/"],
    only: ["plumb", "plugins/"],
    because: 'a built-in plugin has no power that a user\'s file lacks: it imports "plumb" and its neighbours',
  },
  {
    from: ["src/"],
    except: ["src/registry/"],
    never: ["plugins/"],
    because: "plugins come in through the registry's door, built-in ones too",
  },
  {
    from: ["src/load/"],
    never: ["src/transport/", "src/record/"],
    because: "the load does not know how requests travel or are kept",
  },
  {
    from: ["src/record/"],
    never: ["src/registry/", "src/contract/api.ts", "src/contract/dataset.ts"],
    because: "the record knows no plugin",
  },
  {
    from: ["src/metrics/", "src/report/"],
    never: ["src/record/"],
    unless: ["src/record/reader.ts"],
    types: ["src/record/level-record.ts", "src/record/query.ts"],
    because: "figures come from the file alone, through the record's reader",
  },
  {
    from: ["src/"],
    except: ["src/main.ts", "src/cli/", "src/script/", "src/live/"],
    never: ["src/live/"],
    because: "the screen looks at a run; no part of a run looks at the screen",
  },
  {
    from: ["src/"],
    except: ["src/main.ts", "src/cli/", "src/script/"],
    never: ["src/cli/", "src/script/"],
    because: "only the command line, and scripts whose options are its flags, know that there is one",
  },
  {
    from: ["src/run/"],
    never: ["src/mock/", "src/report/"],
    unless: ["src/report/printable.ts"],
    because: "a run neither serves nor reports",
  },
  {
    from: ["src/engine/"],
    never: ["src/record/", "src/metrics/", "src/report/", "src/dataset/", "src/tokens/", "src/mock/", "src/run/"],
    // Random numbers: a few lines, no vocabulary.
    unless: ["src/tokens/prng.ts"],
    because: "an engine sends and stamps, and nothing that could delay a stamp is done there",
  },
  {
    from: ["src/mock/"],
    only: ["src/mock/", "src/config/user-error.ts", "node:", "bun"],
    because: "what checks the load tester must not be made of it",
  },
];
