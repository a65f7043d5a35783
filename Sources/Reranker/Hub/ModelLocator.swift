internal import Foundation

/// Finds the folder of a model that is given as a path or by its name on a hub.
public struct ModelLocator: Sendable {
    private let cache: HubCache

    /// A locator that looks names up in the cache of an environment.
    public init(environment: HubEnvironment) {
        cache = HubCache(path: environment.cache)
    }

    /// The folder of a model.
    ///
    /// - Parameter model: `bundled`, a folder's path, or `ORGANIZATION/NAME` of a model that was fetched, with `@REVISION`
    ///   as it was given to the pull where it should not be `main`. A folder comes before a fetched model of that name.
    /// - Returns: The folder's path; its content is for `ModelFolder` to judge.
    /// - Throws: `HubError.notInCache`, `ModelError.noBundledModel`, or `ModelError.noFolder` for what can only be a path.
    public func folder(of model: String) throws -> String {
        if model == BundledModel.name { return try BundledModel.folder() }
        let path = model.hasPrefix("~/") ? NSHomeDirectory() + model.dropFirst() : model
        var isFolder = ObjCBool(false)
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue { return path }
        let parts = model.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let name = try? RepositoryName(parsing: parts[0]) else { throw ModelError.noFolder(path: path) }
        guard let folder = cache.folder(name, revision: parts.count > 1 ? parts[1] : nil) else {
            throw HubError.notInCache(name: model, cache: cache.path)
        }
        return folder
    }
}
