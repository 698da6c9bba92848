// What stands beside the map. The first picture needs none of it: it is fetched when somebody comes.

export { fetchFragment } from "./fragment.js";
export { Legend } from "./legend.js";
export { Panel } from "./panel.js";
export { Table } from "./table.js";
