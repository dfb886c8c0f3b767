# mclust's own way through all its models: `Rscript sweep.R FILE.csv MOST_COMPONENTS`. Prints JSON.

suppressMessages({
  library(mclust)
  library(jsonlite)
})

asked <- commandArgs(trailingOnly = TRUE)
rows <- as.matrix(read.csv(asked[1]))
began <- Sys.time()
found <- mclustBIC(rows, G = seq_len(as.integer(asked[2])), verbose = FALSE)
seconds <- as.numeric(difftime(Sys.time(), began, units = "secs"))
# mclust's BIC is the higher the better.
cat(toJSON(list(seconds = seconds, bic = -max(found, na.rm = TRUE)), auto_unbox = TRUE, digits = NA))
