/**
 * What is said about runs: tables, verdicts, costs, panels that any run has, and the folder that
 * takes the files.
 */
@NullMarked
package io.github.implicitbias.lab.report;

import org.jspecify.annotations.NullMarked;
