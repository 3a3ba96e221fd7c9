// npm install @duckdb/node-api, then NODE_PATH=…/node_modules
const { DuckDBInstance } = require("@duckdb/node-api");
(async () => {
  const c = await (await DuckDBInstance.create(":memory:")).connect();
  await c.run("create table t as select * from read_csv('sales.csv')");
  const total = await (await c.runAndReadAll('select sum("revenue (€)") from t')).getRows();
  const rows = await (await c.runAndReadAll(
    'select agent, count(*), sum(calls), sum("revenue (€)"), sum("revenue (€)") / sum(calls) from t group by agent')).getRows();
  console.log(String(total[0][0]));
  for (const row of rows) console.log(row.join(" "));
})();
