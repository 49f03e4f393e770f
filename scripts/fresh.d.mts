export declare const noteBuild: () => void
export declare const buildIfStale: () => void
