# Writes the files of this folder: `Rscript make.R`, in tests/reference. R 4.2.2, mclust 6.0.0.
suppressPackageStartupMessages(library(mclust))

place <- "mclust_exports"
read <- function(name) read.csv(paste0(name, ".csv"), check.names = FALSE)
faithful <- read("faithful")
data_sets <- list(
  faithful = faithful, iris = read("iris"), acidity = read("acidity"),
  odd = setNames(faithful, c("l\u00e4nge \"cm\"", "a\\b 'c'"))
)
densities <- NULL

export <- function(name, data, model, G, what, control, noise = NULL) {
  set.seed(1)
  rows <- data_sets[[data]]
  start <- if (is.null(noise)) NULL else list(noise = seq_len(nrow(rows)) %in% noise)
  fit <- Mclust(rows, G, model, initialization = start, verbose = FALSE)
  value <- if (what == "fit") fit else fit$parameters
  if (what == "named") value <- c(value, list(columns = colnames(fit$data)))
  dput(value, file.path(place, paste0(name, ".dput")), control = control)
  numbers <- floor(seq(1, nrow(rows), length.out = 5))
  y <- dens(as.matrix(rows)[numbers, , drop = FALSE], fit$modelName, fit$parameters, logarithm = TRUE)
  densities <<- rbind(densities, data.frame(
    file = name, data = data, row = numbers,
    log_density = sprintf("%.17g", y)
  ))
}

usual <- c("keepNA", "keepInteger", "niceNames", "showAttributes")
every <- c("EII", "VII", "EEI", "VEI", "EVI", "VVI", "EEE", "VEE", "EVE", "VVE", "EEV", "VEV",
           "EVV", "VVV")
for (model in every) export(paste0("iris-", model), "iris", model, 3, "parameters", usual)
for (model in c("E", "V")) export(paste0("acidity-", model), "acidity", model, 2, "named", "exact")
export("acidity-V-fit", "acidity", "V", 2, "fit", usual)
export("faithful-EEE-fit", "faithful", "EEE", 3, "fit", "all")
export("faithful-VVV-exact", "faithful", "VVV", 2, "parameters", "exact")
export("faithful-one", "faithful", "VVV", 1, "parameters", usual)
export("faithful-noise", "faithful", "VVV", 2, "parameters", c(usual, "digits17"), noise = 1:20)
export("odd-VEV", "odd", "VEV", 2, "parameters", usual)
write.csv(densities, file.path(place, "densities.csv"), row.names = FALSE, quote = FALSE)
