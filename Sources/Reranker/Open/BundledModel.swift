internal import Foundation

/// The small reranker that comes with the program, in a folder of resources beside it.
public enum BundledModel {
    /// What people write for it where MODEL is asked for.
    public static let name = "bundled"

    /// The folder that SwiftPM makes of this target's resources; it is moved together with the program.
    static let resources = "aisle_Reranker.resources"

    /// The model's folder, beside the program that runs.
    ///
    /// - Throws: `ModelError.noBundledModel` where the resources are not beside the program.
    public static func folder() throws(ModelError) -> String {
        // The program's own file, also when it was started by a symbolic link.
        let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return try folder(beside: program ?? CommandLine.arguments[0])
    }

    /// The model's folder beside a program.
    ///
    /// - Throws: `ModelError.noBundledModel`.
    static func folder(beside program: String) throws(ModelError) -> String {
        let place = URL(fileURLWithPath: program).deletingLastPathComponent()
        let folder = place.appendingPathComponent(resources).appendingPathComponent("Bundled").path
        var isFolder = ObjCBool(false)
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw .noBundledModel(path: folder, resources: resources)
        }
        return folder
    }
}
