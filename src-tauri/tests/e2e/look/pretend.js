// Answers commands of the page in the station's place: what stands in `window.pretended`, by command. An answer of
// `{ refused: { code, message } }` is a fault.
window.pretended = {};
const real = window.fetch;
window.fetch = (to, ...rest) => {
  const command = String(to).split("/").at(-1);
  if (!(command in window.pretended)) {
    return real(to, ...rest);
  }
  const answer = window.pretended[command];
  const refused = answer?.refused;
  const headers = { "Tauri-Response": refused === undefined ? "ok" : "error", "Content-Type": "application/json" };
  return Promise.resolve(new Response(JSON.stringify(refused ?? answer), { headers }));
};
