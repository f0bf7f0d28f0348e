/**
 * The page in which runs are looked at: what is answered to its questions, its HTML, scripts and
 * words, and the page as a single file. {@link io.github.implicitbias.page.PageServer} answers
 * requests of any HTTP server over the runs of a {@link io.github.implicitbias.page.RunCatalog};
 * {@link io.github.implicitbias.page.RunPage} writes a run as one file. Runs are read through
 * {@code RunLog} alone.
 */
@NullMarked
package io.github.implicitbias.page;

import org.jspecify.annotations.NullMarked;
