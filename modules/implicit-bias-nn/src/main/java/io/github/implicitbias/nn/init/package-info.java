/** Initial parameters: drawn or given, for one layer or a whole network. */
package io.github.implicitbias.nn.init;
