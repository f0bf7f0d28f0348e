package io.github.implicitbias.listener;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Sees what every worker of a {@code ParallelWrapper} does, by means of its own: the parameters of
 * each step, and how many iterations it made.
 */
final class Witness extends BaseTrainingListener implements RoutingIterationListener {

  private static final long serialVersionUID = 1L;

  /** What one worker did. */
  static final class Worker {
    final Map<Long, double[]> parameters = Collections.synchronizedMap(new TreeMap<>());
    volatile int iterations;
  }

  private final transient Map<String, Worker> workers;
  private final transient Replicas replicas;
  private String workerId;

  /** How many replicas were made, and how many there should be before training goes on. */
  private static final class Replicas {
    final int workers;
    int made;
    int awaited;

    Replicas(int workers) {
      this.workers = workers;
    }
  }

  /** Makes a witness of so many workers. */
  Witness(int workers) {
    this(new ConcurrentHashMap<>(), new Replicas(workers));
  }

  private Witness(Map<String, Worker> workers, Replicas replicas) {
    this.workers = workers;
    this.replicas = replicas;
  }

  Map<String, Worker> workers() {
    return workers;
  }

  /**
   * Returns batches for one {@code fit}, which are given out once every worker has its replica.
   * Before that the first worker, which trains the original, would already change what the others
   * copy; when they share gradients it would even wait for them while they wait for it, for ever.
   */
  ExistingDataSetIterator onceReady(Iterable<DataSet> batches) {
    synchronized (replicas) {
      replicas.awaited += replicas.workers;
    }
    return new ExistingDataSetIterator(batches) {
      @Override
      public boolean hasNext() {
        awaitReplicas();
        return super.hasNext();
      }
    };
  }

  private void awaitReplicas() {
    synchronized (replicas) {
      try {
        while (replicas.made < replicas.awaited) {
          replicas.wait();
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private Worker mine() {
    return workers.computeIfAbsent(workerId, id -> new Worker());
  }

  @Override
  public void onGradientCalculation(Model model) {
    long step =
        model instanceof ComputationGraph
            ? ((ComputationGraph) model).getIterationCount()
            : ((MultiLayerNetwork) model).getIterationCount();
    mine().parameters.put(step, model.params().dup().data().asDouble());
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    Worker worker = mine();
    worker.iterations++;
  }

  @Override
  public void setWorkerID(String id) {
    workerId = id;
  }

  @Override
  public String getWorkerID() {
    return workerId;
  }

  @Override
  public void setStorageRouter(StatsStorageRouter router) {
    synchronized (replicas) {
      replicas.made++;
      replicas.notifyAll();
    }
  }

  @Override
  public StatsStorageRouter getStorageRouter() {
    return null;
  }

  @Override
  public void setSessionID(String sessionID) {}

  @Override
  public String getSessionID() {
    return "witness";
  }

  @Override
  public Witness clone() {
    return new Witness(workers, replicas);
  }

  List<String> ids() {
    return List.copyOf(new TreeMap<>(workers).keySet());
  }
}
