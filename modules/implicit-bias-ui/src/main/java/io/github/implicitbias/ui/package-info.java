/**
 * The page "Implicit bias" in the training UI of Deeplearning4j: what of a {@code StatsStorage} is
 * a run, the routes, the menu entry of the stock pages, and a server that only this machine
 * reaches. Everything that is shown is made in {@code io.github.implicitbias.page}.
 */
@NullMarked
package io.github.implicitbias.ui;

import org.jspecify.annotations.NullMarked;
