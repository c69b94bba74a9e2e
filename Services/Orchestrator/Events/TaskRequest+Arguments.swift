import Core
import Engine
import Workflow

extension TaskRequest {
    /// Why the arguments do not fit the function of the default catalogue, so that nobody is asked; nil when they do.
    /// Where some are evaluated by whoever runs it, that one checks.
    var argumentFault: Fault? {
        deferred == nil ? CatalogueFunction.named(function)?.fault(in: arguments) : nil
    }
}
