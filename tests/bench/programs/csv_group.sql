create table t (date text, agent text, customer text, calls integer, revenue real, rate real);
.mode csv
.import --skip 1 sales.csv t
select sum(revenue) from t;
select agent, count(*), sum(calls), sum(revenue), sum(revenue) / sum(calls) from t group by agent;
