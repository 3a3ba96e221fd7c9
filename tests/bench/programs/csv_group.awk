NR > 1 { n[$2]++; c[$2] += $4; r[$2] += $5; total += $5 }
END { printf "%.2f\n", total; for (a in n) printf "%s %d %d %.2f %.6f\n", a, n[a], c[a], r[a], r[a] / c[a] }
