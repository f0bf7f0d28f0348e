/** What the page "Implicit bias" costs: its browser, its server, and the training behind it. */
package io.github.implicitbias.benchmarks.page;
