# mclust's process: `Rscript mclust.R`. Requests and replies are those of benchmarks/worker.py.

suppressMessages({
  library(mclust)
  library(jsonlite)
})

rows <- NULL  # the data, once they are loaded

# The rows of an .npy file of C-ordered float64 (NULL: all), as a matrix.
read_rows <- function(path, rows) {
  file <- file(path, "rb")
  on.exit(close(file))
  readBin(file, "raw", 8)  # magic and version
  header <- readChar(file, readBin(file, "integer", size = 2, signed = FALSE))
  shape <- regmatches(header, regexec("'shape': \\((\\d+), (\\d+)\\)", header))[[1]]
  n_columns <- as.integer(shape[3])
  n_rows <- if (is.null(rows)) as.numeric(shape[2]) else rows
  matrix(readBin(file, "double", n_rows * n_columns), ncol = n_columns, byrow = TRUE)
}

status <- function(field) {
  line <- grep(paste0("^", field, ":"), readLines("/proc/self/status"), value = TRUE)
  1024 * as.numeric(gsub("[^0-9]", "", line))
}

# mclust takes Cholesky factors of full covariances, and the variances of diagonal ones as matrices.
as_parameters <- function(start) {
  d <- ncol(start$means)
  k <- nrow(start$means)
  full <- length(dim(start$covariances)) == 3
  sigma <- if (full) aperm(start$covariances, c(2, 3, 1)) else
    array(apply(start$covariances, 1, function(v) diag(v, d)), c(d, d, k))
  model <- if (full) "VVV" else "VVI"
  variance <- list(modelName = model, d = d, G = k, sigma = sigma)
  if (full) variance$cholsigma <- array(apply(sigma, 3, chol), c(d, d, k)) else {
    variance$scale <- apply(sigma, 3, function(s) prod(diag(s))^(1 / d))
    variance$shape <- apply(sigma, 3, function(s) diag(s) / prod(diag(s))^(1 / d))
  }
  list(pro = as.vector(start$weights), mean = t(start$means), variance = variance)
}

as_answer <- function(found) {
  sigma <- aperm(found$variance$sigma, c(3, 1, 2))
  if (found$variance$modelName == "VVI")
    sigma <- matrix(apply(sigma, 1, diag), nrow = dim(sigma)[1], byrow = TRUE)
  list(weights = as.vector(found$pro), means = t(unname(found$mean)), covariances = unname(sigma))
}

fit <- function(request) {
  parameters <- as_parameters(request$start)
  control <- emControl(tol = c(0, 0), itmax = rep(request$iterations, 2))
  invisible(gc())
  writeLines("5", "/proc/self/clear_refs")
  held <- status("VmRSS")
  began <- Sys.time()
  found <- em(rows, parameters$variance$modelName, parameters, control = control, warn = FALSE)
  seconds <- as.numeric(difftime(Sys.time(), began, units = "secs"))
  reply <- list(seconds = seconds, peak = max(0, status("VmHWM") - held), history = list())
  if (request$answer) reply$parameters <- as_answer(found$parameters)
  reply
}

answer <- function(request) {
  switch(request$do,
    about = list(
      version = paste0("mclust ", packageVersion("mclust"), ", R ", getRversion()),
      numbers = "float64"),
    load = {
      rows <<- read_rows(request$path, request$rows)
      setNames(list(), character())
    },
    fit = fit(request))
}

requests <- file("stdin", "r")
while (length(line <- readLines(requests, 1)) > 0) {
  reply <- tryCatch(answer(fromJSON(line)), error = function(e) list(error = conditionMessage(e)))
  cat(toJSON(reply, auto_unbox = TRUE, digits = NA), "\n", sep = "")
  flush(stdout())
}
