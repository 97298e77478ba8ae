// Gives each agent of a cell the personality that its user chose in Mosaic.
//
// OpenClaw has no system prompt per agent in its config. A hook has: it adds the personality to the system prompt of
// every turn. The text arrives with openclaw.json (plugins.entries.mosaic.config.personas), so a changed personality
// is a hot reload. The plugin reads no files, makes no calls and never sees an answer.
import { definePluginEntry } from "openclaw/plugin-sdk/plugin-entry";

export default definePluginEntry({
  id: "mosaic",
  name: "Mosaic",
  description: "Gives each agent of a cell the personality that its user chose in Mosaic.",
  register(api) {
    const personas = new Map(Object.entries(api.pluginConfig?.personas ?? {}));
    api.on("before_prompt_build", (_event, context) => {
      const persona = personas.get(context.agentId)?.trim();
      return persona ? { appendSystemContext: persona } : undefined;
    });
  },
});
