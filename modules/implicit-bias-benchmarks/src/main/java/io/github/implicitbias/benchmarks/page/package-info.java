/** What the page "Implicit bias" costs: its browser, its server, and the training behind it. */
@NullMarked
package io.github.implicitbias.benchmarks.page;

import org.jspecify.annotations.NullMarked;
